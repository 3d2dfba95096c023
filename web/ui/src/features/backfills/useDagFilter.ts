import { useAddressText } from "@/components/useAddressText";

/** The DAG that the address names (`?dag_id=`, "" for none), and how to change it. */
export const useDagFilter = () => useAddressText("dag_id");
