"""Tables below each other in one sheet are each read; rows that only follow an empty line stay in their table."""

from rhizolith.description.experiment.open_file import open_bytes

TWO = "sample,pH,SOC (g/kg)\nA1,5,10\nA2,6,12\nA3,7,14\n\n"
TWO += "sample,BG (nmol/g/h),NAG (nmol/g/h)\nA1,10,3\nA2,20,4\nA3,30,5\n"


def test_two_tables_in_one_sheet():
    first, second = open_bytes(TWO.encode(), "soil.csv")
    assert list(first.values.columns) == ["pH", "SOC"] and list(second.values.columns) == ["BG", "NAG"]
    assert first.samples == second.samples == ["A1", "A2", "A3"]
    assert second.values["BG"]["A3"] == 30 and second.units["NAG"] == "nmol g-1 h-1"


def test_an_odd_cell_of_the_second_table_keeps_its_address():
    _, second = open_bytes(TWO.replace("A2,20", "A2,many").encode(), "soil.csv")
    assert any("B8" in p.where and "'many' is no number" in p.what for p in second.problems)


def test_an_empty_line_inside_a_table_parts_nothing():
    text = TWO.partition("\n\n")[0].replace("A2", "\nA2")
    (table,) = open_bytes(text.encode(), "soil.csv")
    assert table.samples == ["A1", "A2", "A3"]


def test_raw_spectra_are_named():
    (table,) = open_bytes(b'<?xml version="1.0"?>\n<indexedmzML xmlns="x"><mzML></mzML></indexedmzML>', "a.mzML")
    assert table.kind == "other" and "raw spectra" in table.problems[0].what
