node report.js
