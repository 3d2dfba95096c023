/** Height of a row of the chart in CSS pixels. */
export const ROW = 26;
