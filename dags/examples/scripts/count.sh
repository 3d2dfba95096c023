# A template file: {{ dag.dag_id }} renders it before bash sees it.
for word in {{ params.words | join(" ") }}; do
  last=$word
done
echo "{{ params.words | length }} words, the last is $last"
