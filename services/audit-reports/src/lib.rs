//! audit-reports
