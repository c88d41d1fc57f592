"""`python -m shapealg` is the command line."""

import sys

from shapealg.cli import main

sys.exit(main())
