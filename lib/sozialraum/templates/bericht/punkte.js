// Named dots: the pointer and the arrow keys show the name of each; a drawing is one stop of the Tab key.
// Without scripts the names stand in the titles of the dots.
(() => {
  "use strict";
  for (const svg of document.querySelectorAll("svg:has(.sr-dot)")) {
    const across = (dot) => Number(dot.getAttribute("cx"));
    const dots = [...svg.querySelectorAll(".sr-dot")].sort((one, other) => across(one) - across(other));
    const said = document.createElement("p");
    said.className = "sr-dot-name sr-screen";
    said.hidden = true;
    said.setAttribute("aria-hidden", "true");
    svg.after(said);
    svg.setAttribute("role", "group");
    const show = (dot) => {
      said.textContent = dot ? dot.getAttribute("aria-label") : "";
      said.hidden = !dot;
    };
    const reach = (dot) => dots.forEach((one) => one.setAttribute("tabindex", one === dot ? "0" : "-1"));
    for (const dot of dots) {
      dot.setAttribute("role", "img");
      dot.setAttribute("aria-label", dot.querySelector("title").textContent);
      dot.querySelector("title").remove();
      dot.addEventListener("pointerenter", () => show(dot));
      dot.addEventListener("pointerleave", () => show(null));
      dot.addEventListener("focus", () => { reach(dot); show(dot); });
      dot.addEventListener("blur", () => show(null));
    }
    reach(svg.querySelector(".sr-dot--own") ?? dots[0]);
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -dots.length, End: dots.length }[event.key];
      const here = dots.indexOf(event.target);
      if (!step || here < 0) return;
      event.preventDefault();
      dots[Math.max(0, Math.min(dots.length - 1, here + step))].focus();
    });
  }
})();
