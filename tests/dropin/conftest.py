"""iamlp in the place of `aws iam`."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from fake.fixture import fake, server  # noqa: E402,F401
