"""The execution engine: reads snippets, runs them, keeps their results, exports them. It knows no page."""
