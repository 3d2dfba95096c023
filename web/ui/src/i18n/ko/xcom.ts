import type { xcom as english } from "../en/xcom";
import type { Catalogue } from "../format";

export const xcom: Catalogue<keyof typeof english> = {
  "xcom.none": "이 태스크가 저장한 XCom이 없습니다.",
  "xcom.none.remedy": "태스크가 반환하거나 ti.xcom_push(key, value)로 넣은 값이 실행 후 여기에 표시됩니다.",
  "xcom.keys": "키",
  "xcom.type.null": "null",
  "xcom.type.boolean": "참/거짓",
  "xcom.type.number": "숫자",
  "xcom.type.string": "텍스트",
  "xcom.type.list": "항목 {count}개 목록",
  "xcom.type.object": "키 {count}개 객체",
  "xcom.truncated": "값이 너무 커서 앞부분만 표시합니다.",
  "xcom.openAll": "모두 펼치기",
  "xcom.shutAll": "모두 접기",
  "xcom.raw": "텍스트로",
  "xcom.tree": "트리로",
  "xcom.more": "{count}개 더 보기",
  "xcom.fold": "{key} 접기",
  "xcom.unfold": "{key} 펼치기",
  "xcom.root": "값",
  "xcom.copy": "JSON으로 복사",
  "xcom.stored": "저장",
};
