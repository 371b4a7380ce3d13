"""Answers the report of figures, Form II.06 (tình hình, kết quả giải quyết TTHC): page, files, printed."""
