"""One-defect files: does the judge notice each defect, at its place, and nothing on the clean file?"""
