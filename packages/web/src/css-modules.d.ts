/** Class names by the names in the file. One that is misspelt is undefined, and the class is left out. */
declare module '*.module.css' {
  const classes: { readonly [name: string]: string };
  export default classes;
}
declare module '*.css';
