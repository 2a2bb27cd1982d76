"""Where a threshold comes from, for the windows, which do not know the storage."""

from cdul_app.storage.class_records import ThresholdOrigin as ThresholdOrigin
