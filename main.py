"""Start cdul_app from a source checkout: `python main.py` is the same as `cdul-app`."""

import sys

from cdul_app.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
