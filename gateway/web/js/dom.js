// Small things about the page's elements. Text reaches the page only through textContent: nothing that a person typed is ever HTML.

export const byId = (id) => document.getElementById(id);

export function show(element, visible) {
  element.hidden = !visible;
}

export function cloneTemplate(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

// Sets a message that starts hidden and disappears when it is empty.
export function setMessage(element, text) {
  element.textContent = text ?? "";
  element.hidden = !text;
}

// Makes `elements` the children of `parent`. What stays is not taken out in between: it would lose the focus.
export function arrange(parent, elements) {
  const kept = new Set(elements);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let place = parent.firstElementChild;
  for (const element of elements) {
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
}

// Ties a field to its error line for screen readers, and shows or clears the error.
export function setFieldError(form, name, text) {
  const line = form.querySelector(`[data-error-for="${name}"]`);
  const field = name ? form.elements[name] : null;
  setMessage(line, text);
  if (!field) return;
  line.id ||= `error-${name}-${Math.random().toString(36).slice(2)}`;
  if (text) {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", line.id);
  } else {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

export function clearFieldErrors(form) {
  for (const line of form.querySelectorAll("[data-error-for]")) setFieldError(form, line.dataset.errorFor, "");
}

// Shows an ApiError at the field that it names, or below the form, and moves the focus to the field.
export function showError(form, error) {
  const named = error.field && form.querySelector(`[data-error-for="${CSS.escape(error.field)}"]`);
  setFieldError(form, named ? error.field : "", error.message);
  if (named) form.elements[error.field].focus();
}

// Lets a text area be as high as its text, up to the style's max-height.
export function growWithText(area) {
  const fit = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  area.addEventListener("input", fit);
  return fit;
}

// Ctrl+Enter (or Cmd+Enter) sends a form from any of its fields.
export function submitOnCtrlEnter(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
