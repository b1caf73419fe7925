"""Which file of a mail something was read from."""

from __future__ import annotations

from typing import TypeVar

from pipeline.domain.document import DocumentReading, Field, FieldSet

Fields = TypeVar("Fields", bound=FieldSet)


def read_from(reading: DocumentReading, file: int) -> DocumentReading:
    """The reading of a mail's attachment with its number (from 1) in every form, paper and place."""
    return reading.model_copy(
        update={
            "forms": tuple(_of_file(form, file) for form in reading.forms),
            "parts": tuple(_of_file(part, file) for part in reading.parts),
            "papers": tuple(_of_file(paper, file) for paper in reading.papers),
        }
    )


def moved_files(document: Fields, by: int) -> Fields:
    """The document with every number of a file that much higher: as the file is called in a case that several mails made."""
    fields = tuple(
        field.model_copy(update={"source": field.source.model_copy(update={"file": field.source.file + by})})
        if field.source is not None and field.source.file is not None
        else field
        for field in document
    )
    number = getattr(document, "file", None)
    return document.model_copy(update={"fields": fields} | ({} if number is None else {"file": number + by}))


def _of_file(document: Fields, file: int) -> Fields:
    fields = tuple(_field_of_file(field, file) for field in document)
    return document.model_copy(update={"file": file, "fields": fields})


def _field_of_file(field: Field, file: int) -> Field:
    if field.source is None:
        return field
    return field.model_copy(update={"source": field.source.model_copy(update={"file": file})})
