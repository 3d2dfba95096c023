export { NodesView as default } from "@/features/nodes/NodesView";
