"""Every row of the parity ledger holds, and the written ledger names the same rows."""

import numpy as np
import pytest

from tests.parity.ledger import FOLDER, row_modules, rows_of


@pytest.mark.parametrize("module", row_modules())
def test_every_row_is_within_its_tolerance(module):
    written = (FOLDER / "LEDGER.md").read_text()
    rows = rows_of(module)
    assert rows
    for row in rows:
        assert np.isfinite(row.deviation), row
        assert row.deviation <= row.tolerance, row
        assert row.compared.replace("|", "\\|") in written, f"{row} is not in LEDGER.md: python -m tests.parity.ledger"
