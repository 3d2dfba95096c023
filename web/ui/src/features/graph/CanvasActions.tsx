import { createContext, useContext } from "react";

/** What a click on a box does. */
export interface CanvasActions {
  choose: (boxId: string) => void;
  fold: (groupKey: string) => void;
}

export const CanvasActionsContext = createContext<CanvasActions>({ choose: () => {}, fold: () => {} });

export const useCanvasActions = (): CanvasActions => useContext(CanvasActionsContext);
