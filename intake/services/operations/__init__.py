"""What an admin looks after: settings, approvals, retention, statistics.

clinic_settings     what the clinic changes by itself, laid over the environment
approvals           who approved the safety content in force
retention           nothing is kept longer than the clinic says
exports             tables for a spreadsheet, one module each
statistics          forms invited, opened, finished; what the rules raised
surveillance        what each rule yields
tallies             counts that outlive the forms
disclosure_control  small numbers hidden
daily_seal          the state of the audit, written each day outside the database
approval_view       what pages show of an approval
"""
