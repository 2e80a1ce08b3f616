// The name that was typed, kept by the browser for all its tabs: the server reads it on opening.
export default function ({ data }) {
  document.cookie = `${data.cookie}=${encodeURIComponent(data.name)}; path=/; max-age=31536000; SameSite=Lax`;
}
