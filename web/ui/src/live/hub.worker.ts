import { EventStream } from "./EventStream";
import { Hub, type ToHub } from "./hub";
import { NOTICES } from "./notices";

const hub = new Hub(NOTICES, (address, handlers, onState) => new EventStream(address, handlers, onState));

addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<ToHub>) => {
    if ("join" in data) hub.join(port, data.join);
    else hub.leave(port);
  };
});
