"""The facts of Musterstadt, small enough to read; ``make.py`` turns them into source files.

The city is a square of 3 x 3 km on the census grid. Each Stadtteil is one 1 km cell with two inhabited
100 m cells: A (north-west) and B (south-east), each with five houses. An eleventh house stands in a cell
of its own beyond the eastern boundary and belongs to Ostfeld.

    01 Nordwest   02 Nord-Mitte   03 Nordhöhe      Stadtbezirk I
    04 Westend    05 Altstadt     06 Ostfeld       Stadtbezirk II
    07 Weiler     08 Südviertel   09 Großsüd       Stadtbezirk III
"""

from typing import Final

ORIGIN: Final = (4_431_000, 3_210_000)
"""South-west corner in EPSG:3035; here a square kilometre of EPSG:25832 is 1.0000 km²."""

CELL_A: Final = (250, 750)
CELL_B: Final = (750, 250)
"""Midpoints of the two inhabited cells, in metres from the south-west corner of the Stadtteil."""

# nummer, name, Stadtbezirk, column (0 = west), row (0 = south)
STADTTEILE: Final = (
    (1, "Nordwest", "I", 0, 2),
    (2, "Nord-Mitte", "I", 1, 2),
    (3, "Nordhöhe", "I", 2, 2),
    (4, "Westend", "II", 0, 1),
    (5, "Altstadt", "II", 1, 1),
    (6, "Ostfeld", "II", 2, 1),
    (7, "Weiler", "III", 0, 0),
    (8, "Südviertel", "III", 1, 0),
    (9, "Großsüd", "III", 2, 0),
)
BEZIRKE: Final = {"I": (1, "Nord"), "II": (2, "Mitte"), "III": (3, "Süd")}

# Inhabitants, age, country of birth, moved; then inhabitants and per cent foreigners of 2011 (-9 = not available).
# Some topics do not add up to T, as in the published grid: 03 (age 1040, birth 1100), and the build rescales them.
ZENSUS_HEAD: Final = "T Y_LT15 Y_1564 Y_GE65 NAT EU_OTH OTH SAME CHG_IN CHG_OUT Z2011_Einwohner Z2011_Auslaender_A"
ZENSUS: Final = {
    1: "1000  200  600 200   800  50 150   900  80  20    800 10",
    2: "2000  300 1300 400  1600 200 200  1800 100 100   2000 20",
    3: "1000  104  624 312   990  55  55   900  50  50   1000 -9",
    4: "1000  250  600 150   500 200 300   800 100 100   1000 30",
    5: "2000  200 1600 200  1200 300 500  1500 300 200   1800 40",
    6: " 800  160  480 160   640  80  80   720  40  40    800 10",
    7: " 200   20  100  80   200   0   0   200   0   0    400  5",
    8: " 600   90  390 120   540  30  30   540  30  30    600 10",
    9: " 400   40  240 120   360  20  20   380  10  10    600 10",
    0: " 200  100  100   0   100 100   0   200   0   0    200 10",
}
"""Key 0: the cell beyond the eastern boundary, 5 % of it inside the city."""
SHARE_OF_BORDER_CELL: Final = 0.05

# Dwellings of 2011 in cell A and B; five houses in each cell, so the weights are 60+10 and 20+10, or 40+10 twice.
WOHNUNGEN: Final = {number: (40, 40) if number == 5 else (60, 20) for number, *_ in STADTTEILE}
HOUSES_PER_CELL: Final = 5

# Families of 2011 with a child under 18: couples 2, cohabiting 8, lone fathers 10, lone mothers 12 (13: grown
# children), and single-parent households. A dash is a value under three: the cell has no row.
FAMILIEN_HEAD: Final = (
    "families_FAMTYP_KIND_2", "families_FAMTYP_KIND_8", "families_FAMTYP_KIND_10", "families_FAMTYP_KIND_12",
    "families_FAMTYP_KIND_13", "households_HHTYP_FAM_4",
)  # fmt: skip
FAMILIEN: Final = {
    1: " 60 10  5 25 6 40",
    2: "150 20  - 30 - 30",
    3: " 90  -  - 10 - 20",
    4: " 40 10 10 40 - 60",
    5: "120 20 10 50 - 60",
    6: " 72  -  -  8 - 10",
    7: " 10  -  -  - -  3",
    8: " 45  -  -  5 -  7",
    9: " 20  -  -  - -  -",
}

# Wahlbezirk, kind (0 = polling station, 5 = postal), eligible, polling cards (A2), voters, of these with a polling card
WAHL: Final = (
    (101, 0, 800, 100, 320, 20),
    (201, 0, 900, 120, 350, 0),
    (202, 0, 600, 80, 250, 0),
    (301, 0, 800, 200, 400, 0),
    (401, 0, 600, 50, 180, 0),
    (501, 0, 1600, 200, 500, 0),
    (601, 0, 600, 50, 255, 0),
    (701, 0, 180, 50, 45, 0),
    (801, 0, 500, 50, 205, 0),
    (901, 0, 420, 100, 168, 0),
    (9001, 5, 0, 0, 500, 500),
    (9002, 5, 0, 0, 380, 380),
)

# Facilities: Stadtteil in which they lie and metres from its south-west corner.
# form, name, street, number, stated Stadtteil, Stadtteil, (x, y)
SCHULEN: Final = (
    ("Grundschule", "Nordwestschule", "Nordweststr.", 1, "Nordwest", 1, (250, 850)),
    ("Grundschule", "Schule am Markt", "Nordstr.", 2, "Nord", 2, (250, 750)),
    ("Grundschule", "Schule am Markt (Abzweig)", "Höhenstr.", 3, "Nordhöhe", 3, (250, 750)),
    ("Grundschule", "Westschule", "Westendstr.", 4, "Westend", 4, (250, 750)),
    ("Grundschule", "Altstadtschule", "Hauptstr.", 5, "Altstadt", 5, (500, 500)),
    ("Grundschule", "Domschule", "Domgasse", 6, "Altstadt", 5, (250, 750)),
    ("Gymnasium", "Stadtgymnasium", "Hauptstr.", 7, "Altstadt", 5, (750, 250)),
    ("Grundschule", "Südschule", "Südstr.", 8, "Südviertl.", 8, (250, 750)),
    ("Realschule", "Grenzschule", "Großsüdstr.", 9, "Südviertel", 9, (50, 500)),
)
# number, form, name, Startchancen, pupils, level (None = no level), Stadtteil, (x, y)
SCHULVERZEICHNIS: Final = (
    (100001, "Grundschule", "GG Nordwestschule", 0, 200, 2, 1, (250, 850)),
    (100002, "Grundschule", "GG Schule am Markt", 0, 240, 5, 2, (250, 760)),
    (100003, "Grundschule", "GG Westschule", 1, 180, 8, 4, (250, 750)),
    (100004, "Grundschule", "KG Altstadtschule", 0, 220, 3, 5, (500, 500)),
    (100005, "Grundschule", "GG Südschule", 1, 160, 7, 8, (250, 750)),
    (100006, "Gymnasium", "Stadtgymnasium", 0, 800, None, 5, (750, 250)),
    (100007, "Realschule", "Grenzschule", 0, 400, 4, 9, (50, 500)),
    (100008, "Berufskolleg", "Wirtschaftskolleg", 0, 90, None, 5, (100, 100)),
)
# number, name, association, concept, stated Stadtteil, Stadtteil, (x, y)
KITAS: Final = (
    (1, "Kita Nordwest", "DiCV", "Betreuung für Kinder von 2 J. - Schulpflicht", "Nordwest", 1, (250, 750)),
    (
        2,
        '<script>alert("x")</script> & Söhne',
        "ohne",
        "Betreuung für Kinder von 0 bis unter 3J.",
        "Nord-Mitte",
        2,
        (250, 750),
    ),
    (3, 'Kita "Rübe & Möhre"', "DW", "Betreuung für Kinder von 0 J. - Schulpflicht", "Nord-Mitte", 2, (750, 250)),
    (4, "Kita Nordhöhe", "Stadt", "Betreuung für Kinder von 3 J.  - Schulpflicht", "Nordhöhe", 3, (250, 750)),
    (5, "Kita Westend KITABLATT", "AWO", "Betreuung für Kinder von 2 J. - Schulpflicht", "Westend", 4, (250, 750)),
    (6, "Kita Rathaus", "DPWV", "Betreuung für Kinder von 0 J. - Schulpflicht", "Altstadt", 5, (250, 750)),
    (7, "Kita Dom", "DRK", "Betreuung für Kinder von 2 J. - Schulpflicht", "Altstadt", 5, (750, 250)),
    (8, "Kita Ostrand", "DW", "Betreuung für Kinder von 2 J. - Schulpflicht", "Altstadt", 6, (250, 750)),
    (9, "Kita Süd", "DW", "voraussichtliche Inbetriebnahme im Kita-Jahr 2024/2025", "Südviertel", 8, (250, 750)),
    (10, "Kita Großsüd", "DiCV", "Betreuung für Kinder von 2 J. - Schulpflicht", "Großsüd", 9, (250, 750)),
)
# number, name, kind, number and name of the station, rail, Stadtteil, (x, y)
HALTESTELLEN: Final = (
    (9001, "Musterstadt Hbf", "station", 9001, "Musterstadt Hbf", True, 5, (250, 750)),
    (9101, "Hauptbahnhof", "stop", 9001, "Musterstadt Hbf", False, 5, (350, 750)),
    (9002, "Nordwest Mitte", "station", 9002, "Nordwest Mitte", False, 1, (350, 750)),
    (9103, "Nordstr. Nordseite", "stop", 9003, "Nordstr.", False, 2, (250, 800)),
    (9203, "Nordstr. Südseite", "stop", 9003, "Nordstr.", False, 2, (250, 700)),
    (9004, "Westend", "station", 9004, "Westend", False, 4, (250, 750)),
    (9005, "Ostfeld", "station", 9005, "Ostfeld", False, 6, (250, 750)),
    (9006, "Südtor", "station", 9006, "Südtor", False, 8, (750, 250)),
)
# Street of the houses of each Stadtteil, and label points without a house: street, Stadtteil, (x, y)
STRASSEN: Final = {
    1: "Nordweststr.", 2: "Nordstr.", 3: "Höhenstr.", 4: "Westendstr.", 5: "Hauptstr.", 6: "Ostfeldweg", 7: "Dorfstr.",
    8: "Südstr.", 9: "Großsüdstr.", 0: "Grenzweg",
}  # fmt: skip
BESCHRIFTUNGEN: Final = (
    ("### Straßenname unbekannt", 1, (500, 500)),
    ("Rathausplatz", 5, (500, 600)),
    ("Wochenmarkt", 2, (500, 500)),
    ("Am Markt", 2, (400, 500)),
    ("Hauptstr.", 5, (500, 500)),
)

# Inhabitants of the register. Stadtteile: number, name, people; Südviertel and Großsüd have one value together. The
# estimate of these is 1100, 2200, 2200 and 660 + 440; scaled to the same sum (6,930 / 6,600 = 1.05) it is off by
# +5 %, +5 %, -6.7 % (2,310 / 2,475) and 0.
REGISTER_STICHTAG: Final = "2022-09-30"
REGISTER: Final = (
    ("01", "Nordwest", 1100),
    ("02", "Nord-Mitte", 2200),
    ("05", "Altstadt", 2475),
    ("08+09", "Südviertel und Großsüd", 1155),
)
# Year by year at 31 December; the Stadtbezirke add up to the city: 9,050, 9,110, 9,150.
REGISTER_REIHE: Final = {
    2016: {"05": 2300, "I": 4000, "II": 3800, "III": 1250, "musterstadt": 9050},
    2017: {"05": 2350, "I": 4060, "II": 3820, "III": 1230, "musterstadt": 9110},
    2018: {"05": 2400, "I": 4100, "II": 3850, "III": 1200, "musterstadt": 9150},
}
REGISTER_NAMEN: Final = {
    "05": "Altstadt", "I": "Stadtbezirk I", "II": "Stadtbezirk II", "III": "Stadtbezirk III",
    "musterstadt": "Stadt Musterstadt",
}  # fmt: skip
# Weekly markets: name, opening hours as in OpenStreetMap, Stadtteil, (x, y). The list lacks the market in Weiler.
MAERKTE: Final = (
    ("Rathausplatz", "Tu, Fr 08:00-13:00", 5, (500, 600)),
    ("Nordmarkt", "We 10:00-18:30; Sa 08:00-14:00", 2, (500, 500)),
    ("Dommarkt", "Mo-We 07:00-12:00", 5, (300, 700)),
)
# Hospitals: name, address, status, Stadtteil, (x, y). The one in Ostfeld was closed.
KRANKENHAEUSER: Final = (
    ("Stadtklinik", "Hauptstr. 3, 10001 Musterstadt", "Liste 2020/2021", 5, (600, 400)),
    ("Ostklinik", "Ostfeldweg 2, 10001 Musterstadt", "geschlossen 31.12.2020 (Anzeiger 31.12.2020)", 6, (300, 700)),
)
# Entries of care homes: name, street, Stadtteil, (x, y). Three entries, two addresses: one street is spelt in two ways.
PFLEGE: Final = (
    ("Haus Nord", "Nordstraße 4", 2, (300, 700)),
    ("Haus Nord Kurzzeitpflege", "Nordstr.  4", 2, (300, 700)),
    ("Haus Süd", "Südstr. 7", 8, (700, 300)),
)
# Kind, name with a remark, address, Stadtteil, (x, y) or None for an address without a position, source, date
ANLAUFSTELLEN: Final = (
    (
        "Stadtteilbüro",
        "Büro Altstadt (nicht barrierefrei)",
        "Hauptstr. 4",
        5,
        (550, 450),
        "anzeiger.de 7",
        "2022-05-01",
    ),
    ("Bibliothek", "Bücherei", "Nordstr. 9", 2, (400, 600), "anzeiger.de 8 (find_string id 123)", None),
    ("Jugendeinrichtung", "Jugendhof", "Dorfstr. 99", 7, None, "anzeiger.de 9", "2016-09"),
)
# Stops under construction: name, section (0 = not given), Stadtteil, (x, y)
IM_BAU: Final = (("Domplatz", 2, 5, (400, 600)), ("Weiler Mitte", 0, 7, (500, 500)))
# Accidents with injury and a bicycle: year, Stadtteil, (x, y)
RADUNFAELLE: Final = (
    (2019, 5, (510, 510)), (2019, 5, (520, 520)), (2020, 5, (530, 530)), (2020, 2, (540, 540)),
)  # fmt: skip
# id, kind, area of work, ids, office, address, since, since in words, until, source, date, note
QUARTIERMANAGEMENT: Final = (
    ("qm-alt", "Quartiermanagement", "Altstadt und Westend", "05;04", "Büro (nicht eröffnet)", "Hauptstr. 3",
     "2024", None, "2026", "Rat 01.02.2024", "2024-06-01", "Gehört zu den zwei Gebieten von 2024"),
    ("qm-tal", "Quartiermanagement", "Tal", None, None, None, None, "vor 2018", None, "anzeiger.de 5", "2020-01-01",
     "liegt in Weiler"),
    ("qm-neu", "Quartiermanagement", "Ostfeld", "06", None, None, None, None, None, "anzeiger.de 6", "2025-01-01",
     "noch nicht eingerichtet"),
    ("bg-i", "Bezirksgespräch", "Stadtbezirk I", "I", None, None, None, None, None, "anzeiger.de 4", "2025-03", None),
)  # fmt: skip
# topic, level, figure, value, author, source, date
KENNZAHLEN: Final = (
    ("Spielplätze", "stadtteil", "zu wenig Fläche", "Altstadt;Weiler", "Stadt", "anzeiger.de 1",
     "2021 (aus der Artikelnummer geschlossen)"),
    ("Ärzte", "bezirk I", "Einwohner je Arzt; 5 Sitze", "1615", "Verband", "anzeiger.de 2", "2021-05-01"),
    ("Kinderärzte", "gebiet", "Kinder je Arzt", "Westend+Ostfeld 2800;Altstadt 412", "dito", "anzeiger.de 3", "2020"),
    ("Spielplätze", "norm", "Höchstens 500 m", None, "Stadt", "anzeiger.de 1", "nicht datiert"),
)  # fmt: skip
