import type { states as english } from "../en/states";
import type { Catalogue } from "../format";

export const states: Catalogue<keyof typeof english> = {
  "state.none": "상태 없음",
  "state.scheduled": "예약됨",
  "state.queued": "대기 중",
  "state.running": "실행 중",
  "state.success": "성공",
  "state.failed": "실패",
  "state.skipped": "건너뜀",
  "state.upstream_failed": "상위 태스크 실패",
  "state.up_for_retry": "재시도 대기",
  "state.up_for_reschedule": "재예약 대기",
  "state.deferred": "지연 대기",
  "state.restarting": "재시작 중",
  "state.removed": "제거됨",
  "state.lost": "유실됨",
  "state.interrupted": "중단됨",
};
