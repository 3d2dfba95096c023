export const dags = {};
