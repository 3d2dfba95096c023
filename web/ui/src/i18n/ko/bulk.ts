import type { bulk as english } from "../en/bulk";
import type { Catalogue } from "../format";

export const bulk: Catalogue<keyof typeof english> = {
  "bulk.all": "보이는 것 모두 선택",
  "bulk.one": "{name} 선택",
  "bulk.none": "선택 해제",
  "bulk.bar": "선택한 항목",
  "bulk.chosen": "{count}개 선택됨",
  "bulk.success": "성공으로 지정",
  "bulk.fail": "실패로 지정",
  "bulk.clearTasks": "태스크 인스턴스 {count}개 다시 실행",
  "bulk.clearTasks.words":
    "실행이 시작될 때의 코드로 다시 실행합니다. 실행 중인 것은 먼저 종료되며, 하위 태스크는 다시 실행하지 않습니다.",
  "bulk.markTasks": "태스크 인스턴스 {count}개를 {state}(으)로 지정",
  "bulk.markTasks.words": "실행 중인 것은 먼저 종료됩니다. 상위와 하위 태스크는 그대로입니다.",
  "bulk.clearRuns": "실행 {count}개 다시 실행",
  "bulk.clearRuns.words": "모든 태스크를 실행이 시작될 때의 코드로 다시 실행합니다. 실행 중인 것은 먼저 종료됩니다.",
  "bulk.markRuns": "실행 {count}개를 {state}(으)로 지정",
  "bulk.markRuns.success":
    "끝나지 않은 태스크는 종료되고, 실패한 태스크와 함께 성공으로 처리됩니다. 건너뛴 태스크는 그대로이며, 준비된 것의 정리 태스크는 먼저 실행됩니다.",
  "bulk.markRuns.failed":
    "워커가 맡은 태스크는 종료되어 실패로 처리되고, 시작하지 않은 태스크는 시작하지 않습니다. 준비된 것의 정리 태스크는 먼저 실행됩니다.",
  "bulk.deleteRuns": "실행 {count}개 삭제",
  "bulk.deleteRuns.words": "태스크 인스턴스, 로그, XCom이 함께 삭제됩니다. 되돌릴 수 없습니다.",
  "bulk.progress": "{count}개 중 {done}개 완료",
  "bulk.done": "{action}: {count}개 완료.",
  "bulk.failures": "실패한 항목",
  "bulk.failed": "{count}개 실패",
  "bulk.nothing": "바뀐 것이 없습니다. 바꿀 것이 없었습니다.",
};
