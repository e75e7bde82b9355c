"""The report of a version: numbers as JSON and CSV, plots, a text and a page."""

from classifiers.training.reports.writing import write_report

__all__ = ["write_report"]
