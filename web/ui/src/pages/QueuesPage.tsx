export { QueuesView as default } from "@/features/queues/QueuesView";
