"""What is wrong with a file, in words that say what to do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.sheets import BadTable, TableProblem

SENTENCES: Mapping[TableProblem, Promise] = {
    TableProblem.TOO_LARGE: _(
        "The file is larger than a spreadsheet may be here: part it, or save it as .csv."
    ),
    TableProblem.NOT_A_TABLE: _(
        "This is no spreadsheet, or it is damaged: send .xlsx, .xls, .ods or .csv, saved anew."
    ),
    TableProblem.ENCODING: _("The text cannot be read: save it as UTF-8 or GB 18030."),
    TableProblem.OLD_FORMAT: _("This format is not read: save it as .xlsx or .csv."),
    TableProblem.LOCKED: _("The file has a password: take it off and send it again."),
    TableProblem.MACROS: _("The file holds macros: save it as .xlsx, which has none."),
    TableProblem.NO_ROWS: _("There is no row in this file."),
}


def sentence_of_table(bad: BadTable) -> str:
    """Return what is wrong with a file, and what to do."""
    return str(SENTENCES.get(bad.problem, SENTENCES[TableProblem.NOT_A_TABLE]))
