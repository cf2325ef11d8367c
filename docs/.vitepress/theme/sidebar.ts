// The sidebar is longer than most screens, and VitePress shows its top: this brings the entry of the page into view.

import { useRoute } from 'vitepress';
import { nextTick, onMounted, watch } from 'vue';

/** Room above and below an entry that was brought into view, in pixels. */
const ROOM = 96;

function showActiveEntry(): void {
  const sidebar = document.querySelector('.VPSidebar');
  const entry = sidebar?.querySelector('.VPSidebarItem.is-active > .item');
  if (!sidebar || !entry) return;
  const frame = sidebar.getBoundingClientRect();
  const { top, bottom } = entry.getBoundingClientRect();
  if (bottom > frame.bottom) sidebar.scrollTop += bottom - frame.bottom + ROOM;
  else if (top < frame.top + ROOM) sidebar.scrollTop += top - frame.top - ROOM;
}

/** To be called in the setup of the theme. */
export function followActiveEntry(): void {
  const route = useRoute();
  onMounted(() => {
    // a tick for the entry to be marked, and one for its group to open
    const follow = () => nextTick(() => nextTick(showActiveEntry));
    watch(() => route.path, follow, { immediate: true });
  });
}
