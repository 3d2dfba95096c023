import { Outlet } from "react-router";

/** What all pages of the administration share. */
export default function AdminFrame() {
  return <Outlet />;
}
