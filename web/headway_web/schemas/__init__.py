"""What the REST API takes and answers: one file of pydantic models per resource."""
