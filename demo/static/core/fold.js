// Long texts: on a narrow screen each opens on request.

/** @param {HTMLElement} element */
export function mountFold(element) {
  const narrow = matchMedia('(max-width: 900px)');
  const apply = () => {
    for (const text of element.querySelectorAll('details')) {
      text.open = !narrow.matches;
      text.querySelector('summary')?.setAttribute('tabindex', narrow.matches ? '0' : '-1');
    }
  };
  narrow.addEventListener('change', apply);
  apply();
}
