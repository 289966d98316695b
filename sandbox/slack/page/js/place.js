// Where the person is on the page: who they are, the channel or App Home, the open thread. It lives in the address, so
// that a reload stays, the back button works, and two windows can be two people.

const PARTS = ["as", "channel", "thread", "home"];

export function currentPlace() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(PARTS.map((part) => [part, parameters.get(part)]));
}

export function goTo(place) {
  const parameters = new URLSearchParams(PARTS.flatMap((part) => (place[part] ? [[part, place[part]]] : [])));
  location.hash = parameters.toString();
}
