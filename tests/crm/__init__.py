"""Tests of the CRM clients; one contract for all of them."""

import pytest

pytest.register_assert_rewrite("tests.crm.contract")
