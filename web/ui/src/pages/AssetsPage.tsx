export { AssetsView as default } from "@/features/assets/AssetsView";
