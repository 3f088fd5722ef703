"""What a run has done so far, on disk after each report: a run that is killed goes on where it stopped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

from sozialraum.batch.folder import trouble
from sozialraum.batch.inputs import Inputs, digest
from sozialraum.batch.plan import Entry
from sozialraum.batch.record import FAILED, Outcome, head, read_record, write_record
from sozialraum.files import write_text
from sozialraum.load import Data

INDEX: Final = "index.html"
_SHARE: Final = 20.0


class Ledger:
    """Outcomes of this run and of earlier ones whose page or failure still stands.

    Parameters
    ----------
    out
        Folder of the reports.
    batch
        The notebooks with their titles, for the index and the order.
    inputs
        The files of the data, for the record.
    code
        Checksum of the library.
    workers
        How many reports at a time, for the record.
    """

    def __init__(
        self, out: Path, data: Data, batch: Mapping[str, Entry], *, inputs: Inputs, code: str, workers: int
    ) -> None:
        self.known, self._index = read_record(out)
        self.outcomes: dict[str, Outcome] = {}
        self.start = perf_counter()
        self._out = out
        self._data = data
        self._batch = batch
        self._code = code
        self._head = head(inputs, jobs=workers)
        self._next = 0.0

    def add(self, outcome: Outcome) -> None:
        """Note an outcome and write ``build.json``.

        Writing takes longer with every report. So that thousands of them take at most a twentieth of the time, the
        next writing waits for twenty times as long as the last one took; a killed run then repeats a few reports.
        """
        self.outcomes[outcome.report] = outcome
        begin = perf_counter()
        if begin >= self._next:
            self._write_record()
            end = perf_counter()
            self._next = end + _SHARE * (end - begin)

    def close(self, portal: Callable[[Sequence[Outcome]], str]) -> Path:
        """Write ``build.json`` and, unless it would be the same as before, the index.

        Parameters
        ----------
        portal
            Makes the index of the outcomes that stand.

        Returns
        -------
        pathlib.Path
            The index.
        """
        self._write_record()
        index, standing = self._out / INDEX, self._standing()
        shown = [
            (one.report, one.there, one.title, one.error, one.partial, one.pdf, one.place, one.since, one.pdf_error)
            for one in standing
        ]
        plan = [str(entry) for entry in self._batch.values()]
        wanted = digest([shown, plan, self._head["data"], self._code])
        if wanted != self._index or not index.is_file():
            try:
                write_text(index, portal(standing))
            except OSError as error:
                raise trouble(error, self._out) from error
            self._index = wanted
            self._write_record()
        return index

    def _write_record(self) -> None:
        seconds = perf_counter() - self.start
        try:
            write_record(self._out, self._standing(), head={**self._head, "index": self._index}, seconds=seconds)
        except OSError as error:
            raise trouble(error, self._out) from error

    def _standing(self) -> list[Outcome]:
        """By notebook as in ``batch.yml``, then by area in official order, own areas last; pages that are gone are not.

        A report on an own area stands as long as its page does, whether or not this run knows the area.
        """
        names = {name: place for place, name in enumerate(self._batch)}
        areas = {area.id: place for place, area in enumerate(self._data.register)}
        before = [
            self._now(outcome)
            for report, outcome in self.known.items()
            if report not in self.outcomes and (outcome.status == FAILED or (self._out / report).is_file())
        ]
        found = [*self.outcomes.values(), *before]
        kept = [one for one in found if one.notebook in names and (one.there or one.gebiet_id in areas)]
        last = len(areas)
        return sorted(
            kept,
            key=lambda one: (names[one.notebook], areas.get(one.gebiet_id, last), bool(one.parameters), one.report),
        )

    def _now(self, outcome: Outcome) -> Outcome:
        """An outcome of an earlier run, as far as it still holds: pages and PDFs may have been removed since."""
        pdf = tuple(name for name in outcome.pdf if (self._out / name).is_file())
        if (self._out / outcome.report).is_file():
            return replace(outcome, pdf=pdf)
        return replace(outcome, status=FAILED, since="", pdf=pdf)
