// The theme without its web font: pages use system fonts, as the sign-in pages do.
import defaultTheme from 'vitepress/theme-without-fonts';
import './style.css';

export default defaultTheme;
