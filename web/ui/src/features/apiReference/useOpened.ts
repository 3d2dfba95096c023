import { useCallback } from "react";
import { useLocation, useNavigate } from "react-router";

/** The operation that is open, by its id: the address names it, so it can be sent to others. */
export function useOpened(): [opened: string, setOpened: (id: string, isOpen: boolean) => void] {
  const { hash } = useLocation();
  const navigate = useNavigate();
  const set = useCallback(
    (id: string, isOpen: boolean) => {
      void navigate({ hash: isOpen ? id : "" }, { replace: true, preventScrollReset: true });
    },
    [navigate],
  );
  return [hash.slice(1), set];
}
