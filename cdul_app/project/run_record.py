"""The record of a run, for the windows, which do not know the storage."""

from cdul_app.storage.run_records import RunRecord as RunRecord
