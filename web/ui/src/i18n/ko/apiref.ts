import type { apiref as english } from "../en/apiref";
import type { Catalogue } from "../format";

export const apiref: Catalogue<keyof typeof english> = {
  "apiref.title": "API 문서",
  "apiref.hint": "UI와 명령줄이 하는 모든 일을 프로그램에서 할 수 있습니다.",
  "apiref.intro":
    "아래 명령의 $TOKEN 자리에 토큰을 넣으세요. 토큰은 {tokens} 페이지에서 만들며, 토큰의 범위와 사용자의 역할까지만 쓸 수 있습니다. 클라이언트 생성 도구에는 같은 내용의 {file} 파일을 쓰세요.",
  "apiref.search": "작업 찾기",
  "apiref.sections": "목차",
  "apiref.public": "로그인 불필요",
  "apiref.curl": "curl 명령",
  "apiref.parameters": "매개변수",
  "apiref.in.path": "경로",
  "apiref.in.query": "쿼리",
  "apiref.in.header": "헤더",
  "apiref.body": "본문",
  "apiref.response": "응답 {status}",
  "apiref.errors": "그 밖의 응답",
  "apiref.noBody": "본문이 없습니다.",
  "apiref.fields": "필드",
  "apiref.fieldsOf": "{name}의 필드",
  "apiref.example": "예시",
  "apiref.default": "기본값 {value}",
  "apiref.maxLength": "최대 {count}자",
  "apiref.maxItems": "최대 {count}개",
};
