"""Names of columns that describe a peak or a feature, and are no sample."""

from __future__ import annotations

import re

_DESCRIBES = re.compile(
    r"mass|neutralmass|exactmass|mz|calibratedmz|calculatedmz|experimentalmass|theoreticalmass|theormass|"
    r"expmass|error.*|mzerror.*|.*ppm|ppm.*|dbe.*|ai|aimod|nosc|hc|oc|nc|sc|pc|htoc.*|otoc.*|kmd|km|nm|"
    r"kendrick.*|rt.*|retention.*|index|sn|snratio|signalnoise|res|rp|resolvingpower|resolution|"
    r"isotopologue.*|isisotopologue|monoisotopicindex|confidencescore|ioncharge|charge|candidates|elcomp|"
    r"class|fileid|peakid|mfid|vkey|maxla|actualla|rule13|maxh|htest|c13mass|dbeo|peakarea|rtstart|rtend|"
    r"rtmin|rtmax|mzmin|mzmax|mzmed|rtmed|npeaks|alignmentid|averagert.*|averagemz|id|.*masstrackid|rowid|"
    r"rowretentiontime|rowmz|areamax|area|calcmw|height|smlid|smfidrefs|fill|fillpercent|msmsassigned|"
    r"idnumber|rtime|parentmassid|snr|gfe.*|kmass.*|kdefect.*|molform|abundance.*score|goodnessfitting|"
    r"cselectivity|detectioncounts|column\d+"
)
# atoms and flags, only beside columns of C, H and O: elsewhere N, P and K are treatments
_ATOMS = re.compile(
    r"c|h|o|n|s|p|e|z|m|na|cl|k|br|i|fl|f|d|w|\d{1,2}[a-z]{1,2}|c13|n15|o17|o18|s33|s34|cl37|br81|nh4|poe|"
    r"noe"
)


def describes(name: str, elements: bool) -> bool:
    """Whether a column (its `header.key`) describes the line; `elements` says that the table has columns of atoms."""
    return bool(_DESCRIBES.fullmatch(name) or (elements and _ATOMS.fullmatch(name)))
