/** The editor's own words in each language; English where there are none. */

const en = {
  editorLabel: (file: string) => `${file}, editor. Press Escape and then Tab to leave it.`,
  plainLabel: (file: string) => `${file}, editor.`,
  files: 'Manifests',
  edited: 'edited',
  hint: 'Edit the manifest: the lab runs again as you type.',
  hintRich: (run: string) => `Esc, then Tab leaves the editor. ${run} runs the lab.`,
  hintPlain: (run: string) => `Tab leaves the editor. ${run} runs the lab.`,
  hintTouch: 'The lab runs again as you type.',
  leaves: 'Tab now leaves the editor.',
  loading: 'Loading the full editor; you can type already.',
  unavailable: 'The full editor could not be loaded; this one works without it.',
  changes: 'Changes',
  changesLabel: 'Show what differs from the lab’s own text',
  changesOf: (file: string) => `${file}: what differs from the lab’s own text`,
  noChanges: 'Nothing differs in this file.',
  added: 'added',
  removed: 'removed',
  reset: 'Reset',
  undoReset: 'Undo reset',
  wasReset: 'This is the lab’s own text again. Your version is kept.',
  wasRestored: 'Your version is back.',
  remarks: 'Remarks about the manifests',
  severity: { error: 'error', warning: 'warning', hint: 'no effect here' },
  line: (line: number) => `line ${line}`,
  more: (count: number) => (count === 1 ? 'and 1 more' : `and ${count} more`),
  sliders: 'Values to pull',
  notInText: 'not a number in the text',
  help: {
    required: 'Required.',
    oneOf: 'One of',
    isDefault: 'When left out here:',
    reference: (version: string) => `Reference, Kubernetes ${version}`,
  },
};

/** All words of the editor. */
export type EditorWords = typeof en;

const ko: EditorWords = {
  editorLabel: (file) => `${file} 편집기. 나가려면 Escape 키를 누른 다음 Tab 키를 누르세요.`,
  plainLabel: (file) => `${file} 편집기.`,
  files: '매니페스트',
  edited: '수정됨',
  hint: '매니페스트를 고쳐 보세요. 입력하는 동안 실습이 다시 실행됩니다.',
  hintRich: (run) => `Esc를 누른 다음 Tab을 누르면 편집기를 나갑니다. ${run}는 실행입니다.`,
  hintPlain: (run) => `Tab을 누르면 편집기를 나갑니다. ${run}는 실행입니다.`,
  hintTouch: '입력하는 동안 실습이 다시 실행됩니다.',
  leaves: '이제 Tab을 누르면 편집기를 나갑니다.',
  loading: '전체 편집기를 불러오는 중입니다. 지금 입력해도 됩니다.',
  unavailable: '전체 편집기를 불러오지 못했습니다. 이 편집기는 그대로 쓸 수 있습니다.',
  changes: '변경 사항',
  changesLabel: '실습의 원래 글과 다른 부분 보기',
  changesOf: (file) => `${file}: 실습의 원래 글과 다른 부분`,
  noChanges: '이 파일에는 다른 부분이 없습니다.',
  added: '추가됨',
  removed: '삭제됨',
  reset: '되돌리기',
  undoReset: '되돌리기 취소',
  wasReset: '실습의 원래 글로 돌아왔습니다. 고친 글은 보관되어 있습니다.',
  wasRestored: '고친 글을 다시 가져왔습니다.',
  remarks: '매니페스트에 대한 지적',
  severity: { error: '오류', warning: '경고', hint: '여기서는 효과 없음' },
  line: (line) => `${line}번째 줄`,
  more: (count) => `외 ${count}개`,
  sliders: '조절할 값',
  notInText: '글에 숫자가 아닙니다',
  help: {
    required: '필수입니다.',
    oneOf: '다음 중 하나:',
    isDefault: '여기서 생략하면:',
    reference: (version) => `레퍼런스, Kubernetes ${version}`,
  },
};

const byLocale: Readonly<Record<string, EditorWords>> = { en, ko };

/** Returns the words of a language. */
export function editorWords(locale: string): EditorWords {
  return byLocale[locale] ?? en;
}
