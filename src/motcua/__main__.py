"""`python -m motcua` is the command line."""

import sys

from motcua.project.cli import main

sys.exit(main())
