import pytest

pytest.register_assert_rewrite("tests.path.installation", "tests.path.proofs")
