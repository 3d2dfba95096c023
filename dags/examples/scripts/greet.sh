echo "{{ task.task_id }} says {{ greeting }} from ${CITY}"
