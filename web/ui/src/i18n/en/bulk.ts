export const bulk = {
  "bulk.all": "Choose all that are shown",
  "bulk.one": "Choose {name}",
  "bulk.none": "Choose none",
  "bulk.bar": "What is chosen",
  "bulk.chosen": { one: "{count} chosen", other: "{count} chosen" },
  "bulk.success": "Mark success",
  "bulk.fail": "Mark failed",
  "bulk.clearTasks": { one: "Clear {count} task instance", other: "Clear {count} task instances" },
  "bulk.clearTasks.words":
    "They run again, with the code that their runs began with. What runs now is ended first; tasks below are not cleared.",
  "bulk.markTasks": {
    one: "Mark {count} task instance as {state}",
    other: "Mark {count} task instances as {state}",
  },
  "bulk.markTasks.words": "What runs now is ended first. Tasks above and below stay as they are.",
  "bulk.clearRuns": { one: "Clear {count} run", other: "Clear {count} runs" },
  "bulk.clearRuns.words":
    "All their tasks run again, with the code that the runs began with. What runs now is ended first.",
  "bulk.markRuns": { one: "Mark {count} run as {state}", other: "Mark {count} runs as {state}" },
  "bulk.markRuns.success":
    "Tasks that have not ended are ended, and they and those that failed count as success; what was skipped stays so. Teardowns of what was set up still run first.",
  "bulk.markRuns.failed":
    "Tasks that a worker has are ended and count as failed; what has not begun does not start. Teardowns of what was set up still run first.",
  "bulk.deleteRuns": { one: "Delete {count} run", other: "Delete {count} runs" },
  "bulk.deleteRuns.words": "They go with their task instances, logs and XComs. This cannot be undone.",
  "bulk.progress": "{done} of {count} done",
  "bulk.done": "{action}: {count} done.",
  "bulk.failures": "What failed",
  "bulk.failed": { one: "{count} failed", other: "{count} failed" },
  "bulk.nothing": "Nothing has changed: there was nothing to change.",
};
