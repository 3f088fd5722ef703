// The page is made usable: controls appear, the address says what is shown first.
document.body.classList.add("is-live");
document.querySelectorAll("[data-live]").forEach((element) => { element.hidden = false; });
document.querySelectorAll("[data-close]").forEach((button) => button.addEventListener("click", () => {
  const opener = Object.entries(PANELS).find(([, panel]) => panel === button.dataset.close)[0];
  closePanel(button.dataset.close);
  $(opener).focus();
}));
window.addEventListener("hashchange", openAddress);
let resizing = 0;
window.addEventListener("resize", () => {
  cancelAnimationFrame(resizing);
  resizing = requestAnimationFrame(() => { drawCloud(["panel"]); drawTime(); });
});
if (location.hash.includes("=")) openAddress();
else render(Object.keys(state));
