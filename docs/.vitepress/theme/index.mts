// The theme without its web font: pages use the fonts of the system, as the sign-in pages do.
import defaultTheme from 'vitepress/theme-without-fonts';
import './style.css';

export default defaultTheme;
