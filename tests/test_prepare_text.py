"""Tables as text: fixed decimals, missing stays empty."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import Point

from sozialraum.city.load import CRS_FILES
from sozialraum.supply.prepare.write import csv_text, geojson_text


def test_csv_by_hand() -> None:
    table = pd.DataFrame(
        {
            "name": ["a,b", "ä", None],
            "wert": [1 / 3, 2.0, np.nan],
            "lon": [7.12345678, -0.0, 1e-9],
            "offen": [True, False, True],
            "alter_von": pd.Series([1, pd.NA, 0], dtype="Int64"),
        }
    )
    assert csv_text(table) == ('name,wert,lon,offen,alter_von\n"a,b",0.333333,7.123457,ja,1\nä,2,0,nein,\n,,0,ja,0\n')


def test_geojson_by_hand() -> None:
    table = gpd.GeoDataFrame({"id": ['<b>"']}, geometry=[Point(7.12345678, 51)], crs=CRS_FILES)
    text = geojson_text(table)
    feature = json.loads(text)["features"][0]
    assert feature["properties"] == {"id": '<b>"'}
    assert feature["geometry"]["coordinates"] == [7.123457, 51.0]
    assert text.endswith("\n")
